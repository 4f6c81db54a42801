using Gatepost.Storage.Moves;
using Spectre.Console;

namespace Gatepost.Server.Commands;

/// <summary>How far a move is, on the error output: a bar for each step on a terminal, a line now and then elsewhere.</summary>
internal static class MoveProgressBar
{
    public static async Task<MoveResult> ShowAsync(Func<IProgress<MoveProgress>, Task<MoveResult>> run)
    {
        if (Console.IsErrorRedirected)
            return await run(new Lines(Console.Error, TimeProvider.System));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => run(new Bars(context)));
    }

    private sealed class Bars(ProgressContext context) : IProgress<MoveProgress>
    {
        private readonly Dictionary<string, ProgressTask> steps = new(StringComparer.Ordinal);

        public void Report(MoveProgress value)
        {
            if (!steps.TryGetValue(value.Step, out var bar))
                steps.Add(value.Step, bar = context.AddTask(value.Step, maxValue: Math.Max(1, value.Total)));
            bar.Description = $"{value.Step} {value.Table}";
            bar.Value = value.Rows;
        }
    }

    private sealed class Lines(TextWriter output, TimeProvider clock) : IProgress<MoveProgress>
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
        private (string Step, string Table) last;
        private long told;

        public void Report(MoveProgress value)
        {
            var now = clock.GetTimestamp();
            if (last == (value.Step, value.Table) && clock.GetElapsedTime(told, now) < Every)
                return;
            (last, told) = ((value.Step, value.Table), now);
            output.WriteLine(FormattableString.Invariant($"{value.Step} {value.Table}: {value.Rows:n0} of {value.Total:n0} rows"));
        }
    }
}
