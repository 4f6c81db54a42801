using System.Net;
using Gatepost.Egress;

namespace Gatepost.Tests.Egress;

/// <summary>
/// The URL forms that server-side request forgery is made of, numbered by family. Characters that an editor would hide or show as
/// something else are written as escapes.
/// </summary>
public static class HostileUrls
{
    private static readonly (string Number, string[] Hosts)[] RefusedHosts =
    [
        ("1", ["127.0.0.1"]),
        ("2", ["127.1", "127.0.1"]),
        ("3", ["2130706433"]),
        ("4", ["0x7f000001", "0x7f.0.0.1", "0x7f.1", "0X7F.1"]),
        ("5", ["0177.0.0.1", "017700000001", "00000000177.0.0.1", "127.0.0.01"]),
        ("6", ["127.0.0.08"]),
        ("7", ["0", "0.0.0.0", "0.0.0.1"]),
        ("8", ["127.0.0.1.", "127.0.0.1.."]),
        ("9", ["1.2.3", "1.2.3.4.5", "256.256.256.256", "4294967296", "0x100000000"]),
        ("10", ["0300.0250.0.1"]),
        ("11", ["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1"]),
        ("12", ["100.64.0.1", "100.127.255.255"]),
        ("13", ["169.254.169.254", "169.254.170.2", "169.254.170.23"]),
        ("14", ["192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "192.88.99.1", "192.31.196.1",
            "192.52.193.1", "192.175.48.1", "100.100.100.200"]),
        ("15", ["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"]),
        ("16", ["168.63.129.16"]),
        ("18", ["[::1]", "[::]", "[0:0:0:0:0:0:0:1]"]),
        ("19", ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]"]),
        ("20", ["[::127.0.0.1]", "[::7f00:1]"]),
        ("21", ["[::ffff:0:127.0.0.1]"]),
        ("22", ["[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::a00:1]"]),
        ("23", ["[2002:7f00:1::]", "[2002:808:808::]"]),
        ("24", ["[2001:0:4136:e378:8000:63bf:80ff:fffe]"]),
        ("25", ["[fd00:ec2::254]", "[fd00:ec2::23]", "[fc00::1]", "[fd20:ce::254]"]),
        ("26", ["[fe80::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[febf::1]"]),
        ("27", ["[fec0::1]", "[ff02::1]", "[100::1]", "[100:0:0:1::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[2001:10::1]", "[2620:4f:8000::1]"]),
        ("29", ["[::1]x"]),
        ("30", ["[1.2.3.4]", "[v1.fe80::a]"]),
        ("31", ["localhost", "LOCALHOST", "localhost.", "foo.localhost", "ip6-localhost"]),
        ("32", ["x.local", "x.internal", "x.svc", "x.cluster.local", "x.svc.cluster.local", "x.home.arpa", "x.lan", "x.corp", "x.intranet", "x.private",
            "x.home", "x.consul", "x.test", "x.invalid", "x.onion", "x.example", "x.arpa", "x.local.", "X.INTERNAL", "a.b.svc"]),
        ("33", ["intranet", "intranet."]),
        ("34", ["metadata.google.internal", "metadata", "instance-data", "metadata.tencentyun.com", "METADATA.tencentyun.com."]),
        ("35", ["kubernetes.default.svc"]),
        ("43", ["a..b", ".a.com", "-a.com", "a-.com", new string('a', 64) + ".com", string.Concat(Enumerable.Repeat("abcdefghi.", 26)) + "com"]),
        ("45", ["\u2460\u2461\u2466.\u24EA.\u24EA.\u2460", "\uFF11\uFF12\uFF17.\uFF10.\uFF10.\uFF11"]),
        ("46", ["127\u30020\u30020\u30021"]),
        ("47", ["\u0661\u0662\u0667.\u0660.\u0660.\u0661", "xn--9hbcp.xn--8hb.xn--8hb.xn--9hb"]),
        ("48", ["1\u00AD27.0.0.1", "127.0.0.1\u200B"]),
        ("49", ["\u24DBocalhost", "\uFF4C\uFF4F\uFF43\uFF41\uFF4C\uFF48\uFF4F\uFF53\uFF54", "\u212A8s.svc", "\u017Fvc.local", "hooks\u3002internal", "hooks.\uFF53vc"]),
        ("49b", ["hooks.com\u2100", "hooks.com\uFF0Fx", "hooks.com\uFE68x"]),
        ("51", ["xn--.com", "xn--a.com", "xn--99999999.com", "xn--localhost-.com", "xn--zn7c.com"]),
        ("52", ["%31%32%37.0.0.1", "%6c%6fcalhost", "ex%61mple.com"]),
        ("53", ["user:pass@hooks.com", "user@hooks.com", "@hooks.com"]),
        ("54", ["hooks.com@127.0.0.1", "127.0.0.1@hooks.com", "[::1]:80@hooks.com"]),
        ("55", ["1.1.1.1 &@2.2.2.2# @3.3.3.3"]),
        ("56", ["hooks.com\\@127.0.0.1", "hooks.com\\.internal"]),
        ("61", ["hooks.com ", "hooks.com\t", "hooks.com\0", "hooks.com\r\n", "ho\toks.com", "hooks.com/\r\nX: y", "hooks.com/\u2028", "hooks.com/a b"]),
        ("64", ["hooks.com:0", "hooks.com:65536", "hooks.com:+80", "hooks.com: 80", "hooks.com:80:80", "hooks.com:", "hooks.com:0x50", "hooks.com:\u0661"]),
        ("65", ["hooks.com/" + new string('a', 2_000), "hooks.com/" + new string('\u00FC', 500)]),
    ];

    /// <summary>Refused when they are saved, with a reason.</summary>
    public static TheoryData<string, string> Refused =>
    [
        .. RefusedHosts.SelectMany(row => row.Hosts.Select(host => (row.Number, "https://" + host + "/hook"))),
        ("56", "https:\\\\127.0.0.1\\"), ("57", "https:/\\127.0.0.1/"), ("58", "https:///127.0.0.1"), ("58", "https:127.0.0.1"), ("58", "https://"),
        ("59", "//127.0.0.1/"), ("59", "/etc/passwd"), ("60", "file:///etc/passwd"), ("60", "ftp://hooks.com/"), ("60", "gopher://hooks.com/"),
        ("60", "unix:/var/run/docker.sock"), ("60", "javascript:alert(1)"), ("60", "data:text/plain,x"), ("60", "ws://hooks.com/"), ("60", ""),
        ("61", " https://hooks.com/"), ("61", "\nhttps://hooks.com/"), ("61", "https://hooks.com/\uD800"), ("67", "http://hooks.com/"),
    ];

    /// <summary>The same where plain http is allowed.</summary>
    public static TheoryData<string, string> RefusedOverHttp =>
        [.. Refused.Where(r => r.Data.Item1 != "67").Select(r => (r.Data.Item1, r.Data.Item2.Replace("https:", "http:", StringComparison.Ordinal)))];

    /// <summary>The hosts that System.Uri reads out of them; public addresses are left out, for they would really be dialled.</summary>
    public static TheoryData<string, string> RefusedAsUri =>
        [.. Refused.Select(r => (r.Data.Item1, HostOf(r.Data.Item2))).Where(r => r.Item2 is not null).Distinct().Select(r => (r.Item1, r.Item2!))];

    /// <summary>Public, and kept in one normal form.</summary>
    public static TheoryData<string, string, string> Accepted =>
    [
        ("11", "https://172.15.255.255/", "https://172.15.255.255/"), ("11", "https://172.32.0.0/", "https://172.32.0.0/"),
        ("12", "https://100.63.255.255/", "https://100.63.255.255/"), ("12", "https://100.128.0.0/", "https://100.128.0.0/"),
        ("14", "https://198.17.255.255/", "https://198.17.255.255/"), ("14", "https://198.20.0.0/", "https://198.20.0.0/"),
        ("17", "https://8.8.8.8/", "https://8.8.8.8/"), ("17", "https://1.1.1.1/", "https://1.1.1.1/"),
        ("28", "https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
        ("28", "https://[2606:4700:4700:0:0:0:0:1111]:8443/a", "https://[2606:4700:4700::1111]:8443/a"),
        ("43", "https://a_b.hooks.com/", "https://a_b.hooks.com/"), ("44", "https://hooks.com./a", "https://hooks.com/a"),
        ("50", "https://b\u00FCcher.de/", "https://xn--bcher-kva.de/"), ("50", "https://fa\u00DF.de/", "https://xn--fa-hia.de/"),
        ("51", "https://xn--bcher-kva.de/", "https://xn--bcher-kva.de/"), ("51", "https://p\u0430ypal.com/", "https://xn--pypal-4ve.com/"),
        ("62", "https://hooks.com/a%0d%0ab?c=%0d%0a", "https://hooks.com/a%0d%0ab?c=%0d%0a"), ("63", "https://hooks.com/a?b#c", "https://hooks.com/a?b"),
        ("64", "https://hooks.com:22/", "https://hooks.com:22/"), ("64", "https://hooks.com:6379/", "https://hooks.com:6379/"),
        ("64", "https://hooks.com:65535/", "https://hooks.com:65535/"), ("64", "https://hooks.com:443/", "https://hooks.com/"),
        ("65", "https://hooks.com/" + new string('a', 1_982), "https://hooks.com/" + new string('a', 1_982)),
        ("scheme", "HTTPS://Hooks.COM/Path", "https://hooks.com/Path"), ("no path", "https://hooks.com?a=b", "https://hooks.com/?a=b"),
    ];

    /// <summary>Names that answer with a public address when they are saved, and with these when they are dialled.</summary>
    public static TheoryData<string, string, string[]> PrivateLater =>
    [
        ("36", "127.0.0.1.nip.io", ["127.0.0.1"]), ("36", "7f000001.nip.io", ["127.0.0.1"]), ("36", "localtest.me", ["127.0.0.1"]),
        ("37", "mixed.hooks.com", ["93.184.215.14", "127.0.0.1"]), ("37", "mixed6.hooks.com", ["2606:4700::1", "::1"]),
        ("38", "mapped.hooks.com", ["::ffff:10.0.0.1"]), ("38", "mapped.hooks.com", ["::ffff:127.0.0.1"]),
        ("39", "alias.hooks.com", ["10.1.2.3"]), ("40", "rebound.hooks.com", ["127.0.0.1"]), ("40", "rebound.hooks.com", ["0.0.0.0"]),
        ("40", "rebound.hooks.com", ["::"]), ("40", "rebound.hooks.com", ["169.254.169.254"]), ("40", "rebound.hooks.com", ["64:ff9b::7f00:1"]),
    ];

    private static string? HostOf(string url)
    {
        try
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                return null;
            var host = new UriBuilder("http", uri.IdnHost, 80).Uri.IdnHost;
            return IPAddress.TryParse(host, out var literal) && AddressPolicy.WhyDenied(literal) is null ? null : host;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
