using System.Globalization;

namespace Gatepost.Bench;

/// <summary>What the ceiling's process is told to send, as one line.</summary>
internal sealed record CeilingOrder(Uri Url, double Seconds, int Tag, string BodyPath)
{
    public static CeilingOrder Parse(string line)
    {
        var parts = line.Split(' ', 4);
        return new CeilingOrder(
            new Uri(parts[0]), double.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture), parts[3]);
    }

    public override string ToString() => FormattableString.Invariant($"{Url} {Seconds:r} {Tag} {BodyPath}");
}
