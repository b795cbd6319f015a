"""The only code that speaks JSON-RPC: calls, pipelined sends, receipts, keys, local nodes."""
