namespace Gatepost.Tests;

public sealed class FaultListTests
{
    [Theory]
    [InlineData("😀", 2, false)]
    [InlineData("😀", 3, true)]
    [InlineData("😀", 5, true)]
    [InlineData("😀", 6, false)]
    [InlineData("é", 5, true)]
    [InlineData("é", 6, false)]
    public void CheckLength_AnyCharacter_CountsOnce(string character, int count, bool valid)
    {
        var faults = new FaultList();

        faults.CheckLength("name", string.Concat(Enumerable.Repeat(character, count)), 3, 5);

        faults.Any.ShouldBe(!valid);
    }
}
