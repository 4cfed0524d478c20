"""The kinds of index that keep what `embeddings.vector_index` promises, by means of faiss."""
