using System.Text.Json;
using System.Text.Json.Nodes;
using Gatepost.Events;
using Gatepost.Events.Schemas;

namespace Gatepost.Tests.Events;

public sealed class EventSchemaCompilerTests
{
    [Theory]
    [InlineData("""{"pattern":"^a"}""", "#: the keyword pattern")]
    [InlineData("""{"properties":{"a":{"items":{"anyOf":[]}}}}""", "#/properties/a/items: the keyword anyOf")]
    [InlineData("""{"additionalProperties":{"minimum":1}}""", "#/additionalProperties: the keyword minimum")]
    [InlineData("""{"additionalProperties":false}""", "#/additionalProperties")]
    [InlineData("""{"format":"email"}""", "#: the format email")]
    [InlineData("""{"type":"text"}""", "#: the type text")]
    [InlineData("""{"enum":["a",1]}""", "#: the value 1")]
    [InlineData("""{"const":"é"}""", "#: the text é")]
    [InlineData("""{"const":"a","enum":["a"]}""", "#: const beside enum")]
    [InlineData("""{"$ref":"#/$defs/a"}""", "#: the keyword $ref")]
    public void Compile_WhatTheChecksCannotDo_IsRefused(string schema, string reason) =>
        Should.Throw<NotSupportedException>(() => EventSchemaCompiler.Compile(JsonElement.Parse(schema))).Message.ShouldContain(reason);

    [Theory]
    [InlineData("""{"const":"a"}""", "\"a\"", true)]
    [InlineData("""{"const":"a"}""", "\"b\"", false)]
    [InlineData("""{"enum":["a",null]}""", "null", true)]
    [InlineData("""{"enum":["a"]}""", "null", false)]
    [InlineData("""{"enum":["a"]}""", "1", false)]
    [InlineData("""{"minLength":2,"maxLength":3}""", "\"ä\"", false)]
    [InlineData("""{"minLength":2,"maxLength":3}""", "1", true)]
    [InlineData("""{"format":"uuid"}""", "{}", true)]
    [InlineData("""{"items":{"type":"number"}}""", "[1,2.5]", true)]
    [InlineData("""{"items":{"type":"number"}}""", "[1,true]", false)]
    [InlineData("""{"required":["a"]}""", "{}", false)]
    [InlineData("""{"required":["a"],"additionalProperties":{"type":"null"}}""", """{"a":1}""", false)]
    [InlineData("""{"additionalProperties":true}""", """{"a":1}""", true)]
    [InlineData("""{"properties":{"a":true}}""", """{"a":1}""", true)]
    public void Check_EachKeyword_MeansWhatTheStandardSays(string schema, string value, bool valid) =>
        EventSchemaCompiler.Compile(JsonElement.Parse(schema)).Check(JsonElement.Parse(value), new FaultList()).ShouldBe(valid);

    [Theory]
    [InlineData("""{"$ref":"shared.json#/$defs/missing"}""")]
    [InlineData("""{"$ref":"#/$defs/known"}""")]
    [InlineData("""{"$ref":"shared.json#/$defs/known","type":"null"}""")]
    public void Inline_ReferenceThatWouldBeLost_IsRefused(string schema) =>
        Should.Throw<NotSupportedException>(() => SchemaReferences.Inline(JsonNode.Parse(schema), new JsonObject { ["known"] = new JsonObject() }));
}
