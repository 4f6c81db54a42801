using System.Text;

namespace Gatepost.Providers.Mail;

/// <summary>Joins the lines of <c>format=flowed</c> (RFC 3676).</summary>
internal static class FlowedText
{
    /// <param name="deleteSpace">delsp=yes: the space at the end of a flowed line is not part of the text.</param>
    public static string Unflow(string text, bool deleteSpace)
    {
        var result = new StringBuilder(text.Length);
        int? openDepth = null;
        foreach (var raw in text.Split('\n'))
        {
            var (depth, line) = Dequote(raw);
            // The signature line ends with a space and is never flowed (RFC 3676 4.3).
            var isSignature = line == "-- ";
            if (openDepth != depth || isSignature)
                StartLine(result, depth, isFirst: openDepth is null);
            var isFlowed = line.EndsWith(' ') && !isSignature;
            result.Append(isFlowed && deleteSpace ? line.AsSpan()[..^1] : line);
            openDepth = isFlowed ? depth : -1;
        }

        return result.ToString();
    }

    private static void StartLine(StringBuilder result, int depth, bool isFirst)
    {
        if (!isFirst)
            result.Append('\n');
        if (depth > 0)
            result.Append('>', depth).Append(' ');
    }

    private static (int Depth, string Line) Dequote(string line)
    {
        var depth = line.Length - line.AsSpan().TrimStart('>').Length;
        // One space after the marks is stuffing.
        return (depth, depth < line.Length && line[depth] == ' ' ? line[(depth + 1)..] : line[depth..]);
    }
}
