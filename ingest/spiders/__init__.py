"""Scrapy spiders: select and yield, nothing else."""

ADDED = "added"  # source id of what people add by hand
