"""A poll as pages draw it: what is asked, who took part, charts and tables of its result."""
