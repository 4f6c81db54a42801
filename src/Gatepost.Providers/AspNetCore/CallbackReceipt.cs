namespace Gatepost.Providers.AspNetCore;

/// <summary>What the application did with a callback.</summary>
public enum CallbackReceipt
{
    /// <summary>It is stored: the provider may forget it.</summary>
    Stored,

    /// <summary>The key of <see cref="ReceivedCallback.Replay"/> had been seen before.</summary>
    SeenBefore,
}
