using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Taper.Server.Security;

/// <summary>An API key: 256 random bits as text. Only its SHA-256 is kept.</summary>
internal static class ApiKey
{
    private const string Prefix = "taper_";
    private const int Bytes = 32;

    /// <summary>A new key.</summary>
    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>The SHA-256 of a key.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Whether a text is a SHA-256 as hexadecimal digits.</summary>
    public static bool IsHash(string text) => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigit);
}
