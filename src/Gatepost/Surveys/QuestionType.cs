namespace Gatepost.Surveys;

/// <summary>What kind of answer a question takes.</summary>
internal enum QuestionType
{
    Text,
    LongText,
    SingleChoice,
    MultipleChoice,
    Rating,
    Nps,
    Number,
    Date,
    YesNo,
}

internal static class QuestionTypes
{
    private static readonly string[] Names =
        ["text", "long_text", "single_choice", "multiple_choice", "rating", "nps", "number", "date", "yes_no"];

    public static string Listed { get; } = string.Join(", ", Names);

    public static string Name(this QuestionType type) => Names[(int)type];

    /// <summary>Answered by choice ids instead of a value.</summary>
    public static bool IsChoice(this QuestionType type) => type is QuestionType.SingleChoice or QuestionType.MultipleChoice;

    public static QuestionType? Parse(string? name) => Array.IndexOf(Names, name) is >= 0 and var number ? (QuestionType)number : null;
}
