"""The process: starts, stops, listens, and joins the parts."""
