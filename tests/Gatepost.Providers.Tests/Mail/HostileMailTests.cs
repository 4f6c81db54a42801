using System.Diagnostics;
using System.Text;
using CsCheck;
using Gatepost.Providers.Mail;

namespace Gatepost.Providers.Tests.Mail;

/// <summary>Mails that are made to break a reader. By themselves: what runs beside them would count into their time.</summary>
[Collection(nameof(AloneCollection))]
public sealed class HostileMailTests
{
    public static TheoryData<string, string> Bombs => new()
    {
        { "deep", string.Concat(Enumerable.Repeat("<div>", 300_000)) },
        { "deep lists", string.Concat(Enumerable.Repeat("<ul><li>", 100_000)) },
        { "reconstructed formatting", string.Concat(Enumerable.Range(0, 30_000).Select(i => $"<b id={i}>")) + string.Concat(Enumerable.Repeat("<p>x", 30_000)) },
        { "open anchors", string.Concat(Enumerable.Repeat("<a href=http://x.test>", 50_000)) },
        { "tables in tables", string.Concat(Enumerable.Repeat("<table><tr><td>", 50_000)) },
        { "attributes", "<p " + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i}=1 ")) + ">x" },
        { "style", $"<p style=\"width:{new string('(', 500_000)}\">x" },
        { "unclosed", new string('<', 500_000) },
        { "entities", string.Concat(Enumerable.Repeat("&amp", 200_000)) },
        { "quotes", string.Concat(Enumerable.Repeat("<blockquote>", 50_000)) },
        { "svg", string.Concat(Enumerable.Repeat("<svg><math>", 50_000)) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Read_HtmlBomb_IsReadInTime(string name, string html)
    {
        var started = Stopwatch.GetTimestamp();

        var reading = MailBuilder.Html($"<p>seen</p>{html}").Read();

        reading.Content.VisibleText.ShouldContain("seen", customMessage: name);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10), name);
    }

    [Fact]
    public void Read_ThousandsOfParts_KeepsTheHeadersOnly()
    {
        var reading = MailBuilder.Multipart("mixed", [.. Enumerable.Repeat("\nx", 5000)]).With("Subject: bomb").Read();

        reading.OverLimit.ShouldNotBeNull().ShouldContain("parts");
        (reading.Subject, reading.TicketId).ShouldBe(("bomb", "1042"));
        reading.Attachments.ShouldBeEmpty();
    }

    [Fact]
    public void Read_DeepMultiparts_EndsAtABound()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 5000; i++)
            text.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\n\n--b").Append(i).Append('\n');

        Should.NotThrow(() => new MailBuilder().With("Content-Type: multipart/mixed; boundary=r").Body($"--r\n{text}").Read());
    }

    [Fact]
    public void Read_ThousandsOfHeaders_KeepsTheHeadersOnly() =>
        MailBuilder.Plain("x").With(string.Concat(Enumerable.Repeat("X-A: b\n", 2000)) + "X-B: c").Read().OverLimit.ShouldNotBeNull();

    [Fact]
    public void Read_LinesMadeForBacktracking_AreReadInTime()
    {
        var started = Stopwatch.GetTimestamp();

        MailBuilder.Plain("x\n" + string.Concat(Enumerable.Repeat("On 1 " + new string('a', 250) + " wrote\n", 4000))).Read();

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<a href=\"jav&#x09;ascript:alert(1)\">x</a>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">")]
    [InlineData("<p style=\"background:url(javascript:alert(1));color:red\">x</p>")]
    [InlineData("<a href=\"data:text/html,<script>alert(1)</script>\">x</a>")]
    [InlineData("<base href=//evil.test><meta http-equiv=refresh content=0><link rel=stylesheet href=//evil.test>")]
    [InlineData("<script/x>alert(1)</script><iframe srcdoc='<script>alert(1)</script>'></iframe>")]
    [InlineData("<p title='\"><script>alert(1)</script>'>x</p>")]
    public void Read_Script_IsNotInTheHtml(string html)
    {
        var shown = MailBuilder.Html($"<p>ok</p>{html}").Read().Content.Html.ShouldNotBeNull();

        var elements = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(shown).All;
        elements.ShouldNotContain(e => e.LocalName == "script" || e.LocalName == "iframe" || e.LocalName == "style" || e.LocalName == "base" || e.LocalName == "meta" || e.LocalName == "link");
        elements.SelectMany(e => e.Attributes).ShouldNotContain(a => a.Name.StartsWith("on", StringComparison.Ordinal) || a.Value.Contains("javascript", StringComparison.OrdinalIgnoreCase) || a.Value.StartsWith("data:"));
    }

    [Fact]
    public void Read_MutatedMail_IsReadOrRefused()
    {
        var mails = MailVectorTests.Paths.Select(p => MailVector.Read(p.Data).Mail()).ToList();
        var mutations = Gen.Select(Gen.Int[0, mails.Count - 1], Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[1, 20], Gen.Int[0, 4000]);

        mutations.Sample(mutation =>
        {
            var bytes = mails[mutation.Item1].Mime.ToArray();
            foreach (var (at, value) in mutation.Item2)
                bytes[at % bytes.Length] = value;
            ReadOrRefuse(bytes.AsMemory(0, bytes.Length - (mutation.Item3 % bytes.Length)));
        }, iter: 2000);
    }

    [Fact]
    public void Read_AnyBytes_AreReadOrRefused() => Gen.Byte.Array[0, 500].Sample(bytes => ReadOrRefuse(bytes));

    private static void ReadOrRefuse(ReadOnlyMemory<byte> mime)
    {
        try
        {
            MailReader.Read(new InboundMail(mime, null, ["reply+1@reply.example.com"]), MailBuilder.Context());
        }
        catch (CallbackFormatException)
        {
            // The one way to refuse.
        }
    }
}

/// <summary>Tests that nothing may run beside.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
