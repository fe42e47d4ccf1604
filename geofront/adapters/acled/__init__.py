"""ACLED: political violence and changes of territory, read from its exports and written again."""

from geofront.adapters.acled.reader import read_acled
from geofront.adapters.acled.writer import WrittenAcled, write_acled

__all__ = ["WrittenAcled", "read_acled", "write_acled"]
