using System.Data.Common;

namespace Gatepost.Storage.Sql;

/// <summary>What a write sees: a connection inside an open transaction. Its body may run more than once.</summary>
internal abstract class WriteSession
{
    private readonly List<Action> afterCommit = [];
    private readonly List<Action> afterRollback = [];

    /// <summary>For Dapper and one-off statements.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>State that writers keep as long as the session lives; cleared on any rollback.</summary>
    public Dictionary<Type, object> Caches { get; } = [];

    /// <summary>A statement that is prepared once: values are bound in the order in which the SQL first names them.</summary>
    public abstract Statement Prepare(string sql);

    /// <summary>Lets other writes that serialize on this organization wait for the end of this one, on whatever node they run.</summary>
    public abstract void Serialize(long organizationSeq);

    /// <summary>Keeps a row as it is until the end of this write, also from the recorder of attempts.</summary>
    public abstract void Lock(string table, Guid id);

    /// <summary>The organization's webhooks changed: which of them an event goes to must be read anew.</summary>
    public abstract void FanOutChanged(long organizationSeq);

    /// <summary>Tells other nodes that of these claimed deliveries those are not wanted any more whose attempt has not begun.</summary>
    public abstract void CancelAsked(long webhookSeq, IReadOnlyCollection<long> deliveries);

    public T Cache<T>(Func<T> make)
        where T : class
    {
        if (!Caches.TryGetValue(typeof(T), out var cache))
            Caches[typeof(T)] = cache = make();
        return (T)cache;
    }

    /// <summary>Runs once the commit is durable, before the write's task completes. Must not throw or block.</summary>
    public void AfterCommit(Action action) => afterCommit.Add(action);

    /// <summary>Undoes what was promised in memory. Must not throw or block.</summary>
    public void AfterRollback(Action action) => afterRollback.Add(action);

    /// <summary>Runs when nobody knows whether the commit was made, where that can be. Must not throw or block.</summary>
    public virtual void AfterDoubt(Action action)
    {
    }

    protected void Committed()
    {
        afterRollback.Clear();
        foreach (var action in afterCommit)
            action();
        afterCommit.Clear();
    }

    protected void RolledBack()
    {
        afterCommit.Clear();
        Caches.Clear();
        foreach (var action in afterRollback)
            action();
        afterRollback.Clear();
    }
}
