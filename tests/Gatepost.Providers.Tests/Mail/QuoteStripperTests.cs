using Gatepost.Providers.Mail.Quotes;

namespace Gatepost.Providers.Tests.Mail;

public sealed class QuoteStripperTests
{
    [Theory]
    [InlineData("On Thu, 9 Oct 2025 at 10:53, Help <help@example.com> wrote:")]
    [InlineData("Am 09.10.2025 um 10:53 schrieb Help <help@example.com>:")]
    [InlineData("Le jeu. 9 oct. 2025 à 10:53, Help <help@example.com> a écrit :")]
    [InlineData("Le jeu. 9 oct. 2025 à 10:53, Help <help@example.com> a écrit\u00A0:")]
    [InlineData("El jue, 9 oct 2025 a las 10:53, Help (<help@example.com>) escribió:")]
    [InlineData("Em qui., 9 de out. de 2025 às 10:53, Help <help@example.com> escreveu:")]
    [InlineData("Il giorno gio 9 ott 2025 alle ore 10:53 Help <help@example.com> ha scritto:")]
    [InlineData("Op do 9 okt 2025 om 10:53 schreef Help <help@example.com>:")]
    [InlineData("Den tors 9 okt. 2025 kl 10:53 skrev Help <help@example.com>:")]
    [InlineData("W dniu 9.10.2025 o 10:53, Help pisze/napisał(a):")]
    [InlineData("Dne 9. 10. 2025 v 10:53 Help napsal(a):")]
    [InlineData("чт, 9 окт. 2025 г. в 10:53, Help <help@example.com> пишет:")]
    [InlineData("Help <help@example.com>, 9 Eki 2025 Per, 10:53 tarihinde şunu yazdı:")]
    [InlineData("Vào 10:53, Th 5, 9 thg 10, 2025 Help <help@example.com> đã viết:")]
    [InlineData("to 9. lokak. 2025 klo 10.53 Help (help@example.com) kirjoitti:")]
    [InlineData("Help <help@example.com> ezt írta (időpont: 2025. okt. 9., Cs, 10:53):")]
    [InlineData("Στις Πέμ 9 Οκτ 2025 στις 10:53 ο χρήστης Help <help@example.com> έγραψε:")]
    [InlineData("2025年10月9日(木) 10:53 Help <help@example.com>:")]
    [InlineData("2025년 10월 9일 (목) 오전 10:53, Help <help@example.com>님이 작성:")]
    [InlineData("Help <help@example.com> 于2025年10月9日周四 10:53写道：")]
    [InlineData("‫בתאריך יום ה׳, 9 באוק׳ 2025 ב-10:53 מאת Help <help@example.com> כתב/ה:")]
    [InlineData("-----Original Message-----")]
    [InlineData("-------- Message d'origine --------")]
    [InlineData("Von: Help\nGesendet: Donnerstag, 9. Oktober 2025 10:53\nAn: Alice\nBetreff: Drucker")]
    [InlineData("*From:* Help <help@example.com>\n*Sent:* Thursday, 9 October 2025 10:53")]
    [InlineData("发件人： Help\n发送时间： 2025年10月9日\n主题： 打印机")]
    public void Strip_HeaderOfALanguage_CutsThere(string header)
    {
        var stripped = QuoteStripper.Strip($"My answer.\n\n{header}\n\nThe old mail.");

        stripped.Text.ShouldBe("My answer.");
        stripped.IsStripped.ShouldBeTrue();
    }

    [Theory]
    [InlineData("On Monday I tried it again.\nOn the display it says 5.")]
    [InlineData("On 5 May 2025 I wrote:\n\nplease send the part.")]
    [InlineData("From: Berlin\nTo: Munich\nplease change my route.")]
    [InlineData("Please note:\n- one\n- two\n--\nthree")]
    [InlineData("FYI\n\n---------- Forwarded message ---------\nFrom: Bob <bob@x.test>\nDate: Thu, 9 Oct 2025\nSubject: offer\n\nThe offer")]
    [InlineData("> One?\nYes.\n> Two?\nNo.")]
    [InlineData("Hello,\n\nOn Thu, 9 Oct 2025, Help wrote:\n> One?\nYes.\n> Two?\nNo.")]
    public void Strip_OwnWords_AreKept(string text) => QuoteStripper.Strip(text).ShouldBe(new StrippedText(text, false));

    [Fact]
    public void Strip_SentenceBeforeTheHeader_IsKept() =>
        QuoteStripper.Strip("On the box it says X.\nOn Thu, 9 Oct 2025 at 10:53, Help\n<help@example.com> wrote:\n> Old").Text.ShouldBe("On the box it says X.");

    [Fact]
    public void Strip_NothingButAQuote_ShowsAll() => QuoteStripper.Strip("On Thu, 9 Oct 2025, Help wrote:\n> Old").Text.ShouldContain("> Old");

    [Fact]
    public void Strip_AnswerBelowTheQuote_ShowsAll() => QuoteStripper.Strip("On Thu, 9 Oct 2025, Help wrote:\n> Old\n\nNew").Text.ShouldEndWith("New");

    [Theory]
    [InlineData("Hi\n\n-- \nAlice\n+49 123")]
    [InlineData("Hi\n\nSent from my iPhone")]
    [InlineData("Hi\n\nVon meinem iPhone gesendet")]
    public void Strip_Signature_IsLeftOutButNoQuote(string text) => QuoteStripper.Strip(text).ShouldBe(new StrippedText("Hi", false));
}
