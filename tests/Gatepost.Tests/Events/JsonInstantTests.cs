using System.Globalization;
using System.Text;
using CsCheck;
using Gatepost.Events.Schemas;

namespace Gatepost.Tests.Events;

public sealed class JsonInstantTests
{
    [Theory]
    [InlineData("2025-01-15T10:30:00.000Z")]
    [InlineData("2025-01-15T10:30:00Z")]
    [InlineData("2024-02-29T23:59:59.123456789+05:30")]
    [InlineData("1963-06-19t08:30:06.283185z")]
    [InlineData("0001-01-01T00:00:00-23:59")]
    public void IsValid_Rfc3339_IsTaken(string text) => IsValid(text).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("2025-01-15")]
    [InlineData("2025-01-15T10:30:00")]
    [InlineData("2025-01-15 10:30:00Z")]
    [InlineData("2025-01-15T10:30:00.Z")]
    [InlineData("2025-01-15T10:30:00,5Z")]
    [InlineData("2025-01-15T10:30Z")]
    [InlineData("2025-1-15T10:30:00.0Z")]
    [InlineData("2025-13-15T10:30:00Z")]
    [InlineData("2025-00-15T10:30:00Z")]
    [InlineData("2025-02-29T10:30:00Z")]
    [InlineData("0000-01-01T10:30:00Z")]
    [InlineData("2025-01-15T24:00:00Z")]
    [InlineData("2025-01-15T10:60:00Z")]
    [InlineData("2025-01-15T10:30:60Z")]
    [InlineData("2025-01-15T10:30:00+0100")]
    [InlineData("2025-01-15T10:30:00+24:00")]
    [InlineData("2025-01-15T10:30:00+01:60")]
    [InlineData("2025-01-15T10:30:00ZZ")]
    [InlineData("٢٠٢٥-01-15T10:30:00Z")]
    public void IsValid_AnythingElse_IsRefused(string text) => IsValid(text).ShouldBeFalse();

    [Fact]
    public void IsValid_WhateverWeWrite_IsTaken() =>
        Gen.DateTimeOffset.Sample(instant => IsValid(instant.ToText()) && IsValid(instant.ToString("o", CultureInfo.InvariantCulture)));

    private static bool IsValid(string text) => JsonInstant.IsValid(Encoding.UTF8.GetBytes(text));
}
