"""The kinds of index that keep what `embeddings.search` promises, by means of faiss."""
