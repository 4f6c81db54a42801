namespace Gatepost.Deliveries;

/// <summary>The exact request body of an event: one copy for all of its deliveries that are in memory.</summary>
internal sealed class EventBody(byte[] bytes)
{
    public byte[] Bytes => bytes;

    /// <summary>Waiting deliveries that hold it. Guarded by the lock of <see cref="DeliveryLanes"/>.</summary>
    public int Holders { get; set; }
}
