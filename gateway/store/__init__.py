"""SQL, and nothing else that knows it: one file a store, each with its own rule of durability and backup."""
