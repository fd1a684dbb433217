using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansBatch.Sinks.DeltaLog.Json;

// How this library writes JSON: on one line, and readable. The log is no part of a web page, so that little is escaped.
internal static class LogJson
{
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
