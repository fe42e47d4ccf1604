"""Maps that others drew, a map a day: DeepState, ISW/CTP, Liveuamap."""

from geofront.adapters.drawn.deepstate import read_deepstate
from geofront.adapters.drawn.isw import read_isw
from geofront.adapters.drawn.liveuamap import read_liveuamap

__all__ = ["read_deepstate", "read_isw", "read_liveuamap"]
