"""The charts, a folder for each page. Each module in one of them defines a `CHART`; adding one touches nothing else."""
