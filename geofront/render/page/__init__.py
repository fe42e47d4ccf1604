"""The interactive map: one HTML file of every day, and the same map as folium's in a notebook."""
