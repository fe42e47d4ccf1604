"""Pictures of a series: a day for print, several days side by side, a film of a span.

They need matplotlib: ``pip install ".[plots]"``; an MP4 needs PyAV as well:
``pip install ".[film]"``.
"""

from geofront.render.image.charts import plot_areas, plot_fronts, plot_pockets, write_charts
from geofront.render.image.film import write_film
from geofront.render.image.multiples import choose_days, write_multiples
from geofront.render.image.sheet import plot_day, write_image

__all__ = [
    "choose_days",
    "plot_areas",
    "plot_day",
    "plot_fronts",
    "plot_pockets",
    "write_charts",
    "write_film",
    "write_image",
    "write_multiples",
]
