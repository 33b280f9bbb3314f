"""Scrapy spiders: select and yield, nothing else."""
