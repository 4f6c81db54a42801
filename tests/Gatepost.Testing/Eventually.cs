using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Testing;

/// <summary>Waits for what another thread brings about: bounded in real time, never a fixed wait.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks until the answer satisfies; then returns it.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> satisfied, Action? between = null)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (satisfied(answer))
                return answer;
            if (TimeProvider.System.GetElapsedTime(deadline) > Patience)
                throw new TimeoutException($"It did not come about within {Patience.TotalSeconds} s. The last answer was: {answer}");
            between?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>The same, turning the clock a little between two questions.</summary>
    public static Task<T> GetAsync<T>(FakeTimeProvider clock, Func<Task<T>> ask, Func<T, bool> satisfied) =>
        GetAsync(ask, satisfied, () => clock.Advance(TimeSpan.FromMilliseconds(20)));
}
