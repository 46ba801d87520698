using System.Globalization;
using System.Text;

namespace Taper.Benchmarks.Serving;

/// <summary>Requests as they go over the wire.</summary>
internal static class WireRequest
{
    public static byte[] Post(string path, string json) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"));

    /// <summary>TensorFlow Serving's form: all rows.</summary>
    public static byte[] Predict(string path, params IEnumerable<ServedRow> rows) =>
        Post(path, $$"""{"instances": [{{string.Join(", ", rows.Select(row => row.Json))}}]}""");

    /// <summary>The first row's user, and every row's item.</summary>
    public static byte[] Rank(string path, ServedRow[] rows) =>
        Post(path, $$"""{"user": {"userId": "{{rows[0].UserId}}"}, "items": [{{string.Join(", ", rows.Select(row => row.ItemJson))}}]}""");

    /// <summary>The Open Inference Protocol v2: a tensor for each field.</summary>
    public static byte[] Infer(string path, params ServedRow[] rows) => Post(path, $$"""
        {"inputs": [{{Tensor("userId", rows.Select(row => row.UserId))}}, {{Tensor("movieId", rows.Select(row => row.MovieId))}},
        {{Tensor("year", rows.Select(row => row.Year))}}, {{Tensor("genres", rows.Select(row => string.Join('|', row.Genres)))}}]}
        """);

    private static string Tensor(string name, IEnumerable<string> values) =>
        $$"""{"name": "{{name}}", "datatype": "BYTES", "shape": [{{values.Count()}}], "data": ["{{string.Join("\", \"", values)}}"]}""";
}
