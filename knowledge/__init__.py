"""What the assistant knows: articles, the index over them, and answers with sources."""
