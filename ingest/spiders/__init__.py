"""Scrapy spiders: select and yield, nothing else."""

ADDED = "added"  # source id of what people add by hand
ADDED_SHOW = "Added by hand"  # the show of what nobody said the show of
