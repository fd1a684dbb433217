namespace OrleansBatch.Sinks.Input.Footer;

// Reads a struct's field into what was read of the struct so far, or passes over the field.
internal delegate T FieldReader<T>(T read, int id, ref ThriftReader reader, ThriftType type);
