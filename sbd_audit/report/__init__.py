"""Reports: everything here reads results.json and nothing else."""
