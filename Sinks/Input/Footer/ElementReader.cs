namespace OrleansBatch.Sinks.Input.Footer;

// Reads an element of a list.
internal delegate T ElementReader<T>(ref ThriftReader reader, ThriftType type);
