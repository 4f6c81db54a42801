using System.Text;
using Gatepost.Providers.Mail;
using Gatepost.Providers.Tests.Mail;
using Microsoft.Extensions.Primitives;

namespace Gatepost.Providers.Tests.Fuzz;

/// <summary>What inputs are made from: every request of the vectors and every e-mail file.</summary>
internal sealed class FuzzCorpus
{
    private readonly List<(Vector Vector, CallbackRequest Request)> requests =
        [.. VectorFolders.All().SelectMany(Vector.Below).Where(v => v.Type is "request" or "scenario").SelectMany(v => v.Requests(), (v, r) => (v, r))];

    private readonly List<InboundMail> mails = [.. VectorFolders.All().SelectMany(MailVector.Below).Select(p => MailVector.Read(p).Mail())];
    private readonly List<byte[]> bodies;

    public FuzzCorpus() => bodies = [.. requests.Select(r => r.Request.Body.ToArray()).Concat(mails.Select(m => m.Mime.ToArray()))];

    /// <summary>The input of a number: always the same.</summary>
    public FuzzInput Make(int seed, int number)
    {
        var random = new Random(HashOf(seed, number));
        var mutator = new FuzzMutator(random, bodies);
        return random.Next(5) == 0 ? Mail(random, mutator) : Request(random, mutator);
    }

    private FuzzInput Mail(Random random, FuzzMutator mutator)
    {
        var mail = mails[random.Next(mails.Count)];
        var changed = mail with { Mime = mutator.Change(mail.Mime.Span), EnvelopeFrom = random.Next(20) == 0 ? mutator.Change(mail.EnvelopeFrom ?? "") : mail.EnvelopeFrom };
        return new FuzzInput("MailReader", changed.Mime, () =>
        {
            MailReader.Read(changed, MailBuilder.Context("alice@customer.test"));
            return ValueTask.CompletedTask;
        });
    }

    private FuzzInput Request(Random random, FuzzMutator mutator)
    {
        var (vector, original) = requests[random.Next(requests.Count)];
        var request = random.Next(8) switch
        {
            0 => original with { Url = mutator.Change(original.Url) },
            1 or 2 => original with { Headers = ChangedHeaders(original, random, mutator) },
            3 => original with { Headers = ChangedHeaders(original, random, mutator), Body = mutator.Change(original.Body.Span), Url = mutator.Change(original.Url) },
            _ => original with { Body = mutator.Change(original.Body.Span) },
        };
        var provider = ProviderCatalog.Find(vector.Account, vector.Route)!;
        var shown = Encoding.UTF8.GetBytes($"{request.Method} {request.Url}\n{string.Join('\n', request.Headers)}\n\n{Encoding.Latin1.GetString(request.Body.Span)}");
        return new FuzzInput(vector.Path, shown, async () =>
        {
            await VectorTests.VerifyAsync(provider, vector, request);
            // Whatever the verdict: an account may be open by its path alone, and a signature can be made by whoever knows the secret.
            provider.Parse(request);
        });
    }

    private static Dictionary<string, StringValues> ChangedHeaders(CallbackRequest request, Random random, FuzzMutator mutator)
    {
        var headers = new Dictionary<string, StringValues>(request.Headers, StringComparer.OrdinalIgnoreCase);
        if (headers.Count == 0)
            return headers;
        var name = headers.Keys.ElementAt(random.Next(headers.Count));
        if (random.Next(6) == 0)
            headers.Remove(name);
        else
            headers[name] = random.Next(8) == 0 ? StringValues.Concat(headers[name], mutator.Change(headers[name].ToString())) : mutator.Change(headers[name].ToString());
        return headers;
    }

    private static int HashOf(int seed, int number) => unchecked((int)((((ulong)(uint)seed << 32 | (uint)number) * 0x9E3779B97F4A7C15) >> 32));
}

/// <param name="From">What it was made from.</param>
/// <param name="Shown">To see it when it fails.</param>
internal sealed record FuzzInput(string From, ReadOnlyMemory<byte> Shown, Func<ValueTask> RunAsync);
