"""SQL, and nothing else that knows it: a folder an engine, a file a store, each with
its own rule of durability and backup."""
