namespace Gatepost.Server.Bins;

/// <summary>The built-in request bin: for demos and development only.</summary>
internal sealed class RequestBinOptions
{
    public const string SectionName = "RequestBin";

    /// <summary>Off by default: a bin shows what it received to whoever knows its token.</summary>
    public bool Enabled { get; set; }
}
