using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using Taper.Server.Security;

namespace Taper.Server.Tests;

/// <summary>Whatever is sent, the answer is 200, or 4xx with one sentence: never a failure of the server.</summary>
public sealed class FuzzTests
{
    private const string Key = "the-key";

    private static readonly string[] Paths =
    [
        "/v1/models/random:predict", "/v1/models/random:rank", "/v2/models/random/infer", "/v2/models/random/versions/1/infer",
        "/v1/models/other:predict", "/v2/models/random/versions/99999999999999999999/infer", "/v1/models/random/versions/x:rank",
        "/v2/repository/index", "/v2/repository/models/other/load", "/v2/repository/models/other/unload", "/nowhere",
    ];

    private static readonly string[] Good =
    [
        """{"instances": [{"colour": "red", "tags": ["war", "noir"], "price": 1.5, "year": null}, {}]}""",
        """{"user": {"colour": "red"}, "items": [{"price": 2}, {"tags": "war||noir"}], "top": 1}""",
        """{"id": "1", "inputs": [{"name": "colour", "shape": [2, 1], "datatype": "BYTES", "data": [["red"], ["x"]]}, {"name": "tags.values", "shape": [1], "datatype": "BYTES", "data": ["war"]}, {"name": "tags.lengths", "shape": [2], "datatype": "INT64", "data": [0, 1]}], "outputs": [{"name": "probability", "parameters": {"binary_data": true}}]}""",
        """{"inputs": [{"name": "colour", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 7}}, {"name": "year", "shape": [1], "datatype": "INT64", "parameters": {"binary_data_size": 8}}]}""",
    ];

    /// <summary>What is put into good requests, in the place of something or between two things.</summary>
    private static readonly string[] Odd =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\u0000", "null", "true", "NaN", "-", "1e999", "-1", "0.5", "{}", "[]", "[[]]",
        "99999999999999999999", "2147483647", "4294967296", "\"colour\"", "\"colour\": 1, ", "\"instances\": [], ", "\"shape\"", "\"FP32\"", "\"INT64\"",
        "\"tags.lengths\"", "\"price\"", "\"binary_data_size\"", "\"data\"", "//", " ", "é", "💥",
        "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}",
    ];

    private static readonly Gen<byte[]> Spoilt = Gen.Select(
        AnyOf.These(Good), Gen.Select(Gen.Double[0, 1], AnyOf.These(Odd), Gen.Int[0, 12]).Array[0, 4], Gen.Byte.Array[0, 3], Gen.Int[0, 8], Spoil);

    private static readonly Gen<byte[]> Bodies = Gen.Frequency(
        (8, Spoilt),
        (1, Gen.Byte.Array[0, 60]),
        (1, AnyOf.These(Odd).Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))),
        (1, Gen.Int[1, 300].Select(depth => Encoding.UTF8.GetBytes("{\"instances\": " + new string('[', depth)))),
        (1, Gen.Int[1, 400].Select(rows => Encoding.UTF8.GetBytes("{\"instances\": [" + string.Join(',', Enumerable.Repeat("{}", rows)) + "]}"))));

    private static readonly Gen<(string Name, string Value)[]> Headers = Gen.Select(
        AnyOf.These(
            ("X-Api-Key", Key), ("X-Api-Key", Key), ("X-Api-Key", Key), ("Authorization", $"Bearer {Key}"), ("Authorization", "Bearer"), ("Authorization", "Basic x"),
            ("X-Api-Key", ""), ("X-Api-Key", "wrong")),
        AnyOf.These("", "", "", "0", "1", "-1", "10", "195", "99999999999", "x"),
        (key, length) => length.Length == 0 ? new[] { key } : [key, ("Inference-Header-Content-Length", length)]);

    [Fact]
    public async Task Any_request_is_answered_or_refused_in_one_sentence()
    {
        string hash = Convert.ToHexStringLower(ApiKey.Hash(Key));
        await using TestServer server = await TestServer.StartAsync(
            $"security.api_keys.0.sha256={hash}", "security.api_keys.0.rights=infer,manage",
            "limits.max_rows=200", "limits.max_body_bytes=2048", "limits.max_text_bytes=64");
        server.AddVersion(1, "other");
        server.Repository.Poll();
        var seen = new ConcurrentDictionary<int, int>();
        await Gen.Select(AnyOf.These(Paths), Bodies, Headers).SampleAsync(
            async (path, body, headers) =>
            {
                Answer answer = await server.PostAsync(path, body, headers);
                int status = (int)answer.Status;
                seen.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (status == 200)
                {
                    return true;
                }

                // "The model is not loaded" is the one 503: these requests may unload it.
                return (status is >= 400 and < 500 || (status == 503 && answer.Error.Contains("is not loaded", StringComparison.Ordinal)))
                    && IsSentence(answer.Error);
            },
            iter: 10_000,
            threads: Environment.ProcessorCount);
        Assert.All([200, 400, 401, 404, 413], status => Assert.True(seen.GetValueOrDefault(status) > 10, $"{status}: {seen.GetValueOrDefault(status)}"));
    }

    internal static bool IsSentence(string error) => error.Length is > 10 and < 500 && !error.Contains('\n', StringComparison.Ordinal) && error[^1] is '.' or '?';

    /// <summary>Puts odd things into a body, cuts some of what follows, and adds bytes behind it.</summary>
    private static byte[] Spoil(string good, (double Place, string Odd, int Cut)[] changes, byte[] behind, int chopped)
    {
        string text = good;
        foreach ((double place, string odd, int cut) in changes)
        {
            int at = (int)(place * text.Length);
            text = text[..at] + odd + text[Math.Min(text.Length, at + cut)..];
        }

        byte[] body = [.. Encoding.UTF8.GetBytes(text), .. behind];
        return chopped == 1 ? body[..(body.Length / 2)] : body;
    }
}
