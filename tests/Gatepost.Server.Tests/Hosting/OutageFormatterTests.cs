using Gatepost.Server.Hosting;
using Gatepost.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatepost.Server.Tests.Hosting;

public sealed class OutageFormatterTests : IDisposable
{
    private static readonly StorageUnavailableException Away = new("away");

    private readonly FakeTimeProvider clock = new();
    private readonly ServiceProvider services;
    private readonly OutageFormatter formatter;

    public OutageFormatterTests()
    {
        services = new ServiceCollection().AddLogging(l => l.AddJsonConsole()).BuildServiceProvider();
        formatter = new OutageFormatter(services, clock);
    }

    public void Dispose() => services.Dispose();

    [Fact]
    public void Write_TheSameOutageTwice_WritesItOnceInHalfAMinute()
    {
        Write("lanes", Away).ShouldContain("\"Message\":\"lanes\"");
        Write("lanes", Away).ShouldBeEmpty();
        clock.Advance(TimeSpan.FromSeconds(30));

        Write("lanes", Away).ShouldNotBeEmpty();
        Write("lanes", Away).ShouldBeEmpty();
    }

    [Fact]
    public void Write_AnotherMessageOfTheOutage_IsWritten()
    {
        Write("lanes", Away);

        Write("mails", Away).ShouldNotBeEmpty();
    }

    [Fact]
    public void Write_WhatIsNoOutage_IsWrittenEachTime()
    {
        Write("lanes", new InvalidOperationException()).ShouldNotBeEmpty();
        Write("lanes", new InvalidOperationException()).ShouldNotBeEmpty();
        Write("lanes", e: null).ShouldNotBeEmpty();
        Write("lanes", e: null).ShouldNotBeEmpty();
        Write("lanes", Away, LogLevel.Error).ShouldNotBeEmpty();
        Write("lanes", Away, LogLevel.Error).ShouldNotBeEmpty();
    }

    private string Write(string message, Exception? e, LogLevel level = LogLevel.Warning)
    {
        using var line = new StringWriter();
        formatter.Write(new LogEntry<string>(level, message, default, message, e, (state, _) => state), scopeProvider: null, line);
        return line.ToString();
    }
}
