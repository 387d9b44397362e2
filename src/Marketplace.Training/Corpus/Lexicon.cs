namespace Marketplace.Training.Corpus;

/// <summary>The nouns, names and adjectives that stories draw from; every one is lower case but the names.</summary>
internal static class Lexicon
{
    public static readonly string[] GirlNames =
        ["Lily", "Mia", "Anna", "Ruby", "Nora", "Ella", "Zoe", "Ivy", "Rosa", "Tess", "Lucy", "Emma"];

    public static readonly string[] BoyNames =
        ["Tom", "Ben", "Max", "Sam", "Leo", "Tim", "Jack", "Finn", "Owen", "Hugo", "Noah", "Paul"];

    public static readonly string[] Kinds =
        ["girl", "boy", "rabbit", "fox", "bear", "mouse", "owl", "duck", "cat", "dog", "frog", "elephant"];

    public static readonly string[] Sizes = ["little", "small", "kind", "brave", "happy", "shy", "curious", "quiet"];

    public static readonly string[] Colors = ["red", "blue", "green", "yellow", "orange", "white", "brown", "pink"];

    public static readonly string[] Things =
        ["ball", "hat", "kite", "boat", "book", "drum", "bell", "box", "cup", "scarf", "umbrella", "toy car"];

    public static readonly string[] Places =
        ["park", "forest", "garden", "beach", "farm", "river", "hill", "meadow", "village", "pond"];

    public static readonly string[] Foods =
        ["apple", "cake", "pie", "orange", "cookie", "sandwich", "pear", "pancake"];

    public static readonly string[] Pets = ["bird", "kitten", "puppy", "lamb", "duckling", "squirrel", "ant", "turtle"];

    public static readonly string[] Hiding =
        ["under a big tree", "behind a rock", "in the tall grass", "under the old bridge", "next to the gate",
         "inside an empty basket", "on a high branch", "near the well"];

    public static readonly string[] Elders = ["mom", "dad", "grandma", "grandpa", "aunt", "uncle"];

    public static readonly string[] Weather = ["sunny", "warm", "windy", "cold", "cloudy", "bright"];
}
