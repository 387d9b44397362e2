using SkiaSharp;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// The word PREVIEW all over a picture: enough is seen of the picture to judge it, and not enough to use it. The
/// letters are strokes of our own, since a server has no fonts.
/// </summary>
internal static class Watermark
{
    private const string Word = "PREVIEW";
    private const int LetterWidth = 4;
    private const int LetterHeight = 6;
    private const int Advance = 6;
    private const int WordsAcross = 3;
    private const float Angle = -30f;
    private const byte Opacity = 110;

    /// <summary>Smallest unit of a stroke in pixels; of tiny pictures the word goes over the edge.</summary>
    private const float UnitMin = 0.75f;

    /// <summary>Draws over a picture of this size.</summary>
    public static void Draw(SKCanvas canvas, int width, int height)
    {
        var unit = Math.Max(UnitMin, Math.Max(width, height) / (float)(WordsAcross * Word.Length * Advance));
        using var dark = Stroke(SKColors.Black, unit * 1.6f);
        using var light = Stroke(SKColors.White, unit * 0.8f);
        using var word = PathOf(unit);
        var (stepX, stepY) = (unit * Advance * (Word.Length + 1), unit * LetterHeight * 2.5f);
        var reach = (float)Math.Sqrt(((double)width * width) + ((double)height * height));
        canvas.Save();
        canvas.Translate(width / 2f, height / 2f);
        canvas.RotateDegrees(Angle);

        for (var (y, row) = (-reach / 2f, 0); y < reach / 2f; y += stepY, row++)
        {
            for (var x = (-reach / 2f) - (row % 2 * stepX / 2f); x < reach / 2f; x += stepX)
            {
                canvas.Save();
                canvas.Translate(x, y);
                canvas.DrawPath(word, dark);
                canvas.DrawPath(word, light);
                canvas.Restore();
            }
        }

        canvas.Restore();
    }

    private static SKPaint Stroke(SKColor color, float width) => new()
    {
        Color = color.WithAlpha(Opacity),
        Style = SKPaintStyle.Stroke,
        StrokeWidth = width,
        StrokeCap = SKStrokeCap.Round,
        StrokeJoin = SKStrokeJoin.Round,
        IsAntialias = true,
    };

    private static SKPath PathOf(float unit)
    {
        using var path = new SKPathBuilder();

        for (var letter = 0; letter < Word.Length; letter++)
        {
            foreach (var stroke in StrokesOf(Word[letter]))
            {
                for (var at = 0; at < stroke.Length; at++)
                {
                    var x = ((letter * Advance) + stroke[at].X) * unit;
                    var y = stroke[at].Y * unit;

                    if (at == 0)
                    {
                        path.MoveTo(x, y);
                    }
                    else
                    {
                        path.LineTo(x, y);
                    }
                }
            }
        }

        return path.Detach();
    }

    private static (int X, int Y)[][] StrokesOf(char letter) => letter switch
    {
        'P' => [[(0, LetterHeight), (0, 0), (3, 0), (LetterWidth, 1), (LetterWidth, 2), (3, 3), (0, 3)]],
        'R' =>
        [
            [(0, LetterHeight), (0, 0), (3, 0), (LetterWidth, 1), (LetterWidth, 2), (3, 3), (0, 3)],
            [(2, 3), (LetterWidth, LetterHeight)],
        ],
        'E' => [[(LetterWidth, 0), (0, 0), (0, LetterHeight), (LetterWidth, LetterHeight)], [(0, 3), (3, 3)]],
        'V' => [[(0, 0), (2, LetterHeight), (LetterWidth, 0)]],
        'I' => [[(2, 0), (2, LetterHeight)]],
        'W' => [[(0, 0), (1, LetterHeight), (2, 3), (3, LetterHeight), (LetterWidth, 0)]],
        _ => [],
    };
}
