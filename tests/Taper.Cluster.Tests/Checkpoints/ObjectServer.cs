using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Taper.Cluster.Tests.Checkpoints;

/// <summary>As much of S3 as checkpoints need, over HTTP, in the memory of this process.</summary>
internal sealed class ObjectServer : IAsyncDisposable
{
    private const int Page = 3; // few, so that lists come in pages

    private readonly ConcurrentDictionary<string, byte[]> _objects = new();
    private readonly ConcurrentDictionary<string, byte[]> _parts = new();
    private readonly WebApplication _server;

    private ObjectServer(WebApplication server) => _server = server;

    public string Address => _server.Urls.Single();

    /// <summary>Answers everything with this status from now on.</summary>
    public int? Refusal { get; set; }

    /// <summary>The part of an upload that is not taken.</summary>
    public int FailingPart { get; set; }

    /// <summary>Parts of uploads that nobody has ended.</summary>
    public int Parts => _parts.Count;

    /// <summary>What lies there, as bucket and key.</summary>
    public IReadOnlyList<string> Keys => [.. _objects.Keys.Order(StringComparer.Ordinal)];

    public byte[] this[string key]
    {
        get => _objects[key];
        set => _objects[key] = value;
    }

    public static async Task<ObjectServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        var server = new ObjectServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        string key = context.Request.Path.Value!.Trim('/');
        if (Refusal is int status)
        {
            await Fail(context, status, "AccessDenied");
        }
        else if (context.Request.Query.ContainsKey("list-type"))
        {
            await List(context, key);
        }
        else if (context.Request.Query.ContainsKey("uploads"))
        {
            await context.Response.WriteAsync(new XElement("InitiateMultipartUploadResult", new XElement("UploadId", "upload")).ToString());
        }
        else if (context.Request.Query["partNumber"].FirstOrDefault() is { } number)
        {
            if (int.Parse(number, CultureInfo.InvariantCulture) == FailingPart)
            {
                await Fail(context, StatusCodes.Status500InternalServerError, "InternalError");
                return;
            }

            _parts[$"{key} {number}"] = await ReadBody(context);
            context.Response.Headers.ETag = $"\"{number}\"";
        }
        else if (context.Request.Query.ContainsKey("uploadId"))
        {
            await EndUpload(context, key);
        }
        else if (context.Request.Query.ContainsKey("delete"))
        {
            foreach (XElement named in (await ReadXml(context)).Descendants().Where(element => element.Name.LocalName == "Key"))
            {
                _objects.TryRemove($"{key}/{named.Value}", out _);
            }

            await context.Response.WriteAsync("<DeleteResult/>");
        }
        else if (HttpMethods.IsPut(context.Request.Method))
        {
            _objects[key] = await ReadBody(context);
            context.Response.Headers.ETag = "\"1\"";
        }
        else if (_objects.TryGetValue(key, out byte[]? bytes))
        {
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        }
        else
        {
            await Fail(context, StatusCodes.Status404NotFound, "NoSuchKey");
        }
    }

    /// <summary>Joins the parts in the order in which they are named, or forgets them.</summary>
    private async Task EndUpload(HttpContext context, string key)
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            IEnumerable<string> named = (await ReadXml(context)).Descendants().Where(element => element.Name.LocalName == "PartNumber").Select(element => element.Value);
            _objects[key] = [.. named.SelectMany(number => _parts[$"{key} {number}"])];
            await context.Response.WriteAsync("<CompleteMultipartUploadResult/>");
        }

        foreach (string part in _parts.Keys.Where(part => part.StartsWith(key + ' ', StringComparison.Ordinal)))
        {
            _parts.TryRemove(part, out _);
        }
    }

    private async Task List(HttpContext context, string bucket)
    {
        string prefix = $"{bucket}/{context.Request.Query["prefix"]}", after = context.Request.Query["continuation-token"].ToString();
        string[] found = [.. Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)];
        XElement[] contents = [.. found.Take(Page).Select(key => new XElement("Contents", new XElement("Key", key[(bucket.Length + 1)..]), new XElement("Size", _objects[key].Length)))];
        bool isTruncated = found.Length > Page;
        await context.Response.WriteAsync(new XElement(
            "ListBucketResult", contents, new XElement("IsTruncated", isTruncated), isTruncated ? new XElement("NextContinuationToken", found[Page - 1]) : null).ToString());
    }

    private static async Task Fail(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(new XElement("Error", new XElement("Code", code), new XElement("Message", $"it says {code}")).ToString());
    }

    private static async Task<XElement> ReadXml(HttpContext context) => XElement.Parse(Encoding.UTF8.GetString(await ReadBody(context)));

    private static async Task<byte[]> ReadBody(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return context.Request.Headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING-", StringComparison.Ordinal)
            ? throw new NotSupportedException("Chunked bodies are understood by few stores.")
            : body.ToArray();
    }
}
