using Xunit;

namespace Hotstack.OpenStack;

public sealed class QueryChunksTests
{
    [Theory]
    [InlineData(0, 36, 0)]
    [InlineData(1, 36, 1)]
    [InlineData(40, 36, 1)]
    [InlineData(200, 36, 5)]
    [InlineData(3, 3000, 3)]
    public void All_values_are_in_chunks_that_fit(int count, int length, int chunks)
    {
        string[] values = [.. Enumerable.Range(0, count).Select(i => $"{i}".PadLeft(length, 'x'))];

        KeyValuePair<string, string>[][] found = [.. Paging.Chunks("device_id", values)];

        Assert.InRange(found.Length, chunks, chunks + 1);
        Assert.Equal(values, found.SelectMany(chunk => chunk).Select(pair => pair.Value));
        Assert.All(found, chunk => Assert.True(
            chunk.Length == 1 || chunk.Sum(pair => pair.Key.Length + pair.Value.Length + 2) <= Paging.MaxCharacters));
    }

    [Fact]
    public void A_value_counts_as_it_is_written_in_an_address() => Assert.All(
        Paging.Chunks("mac_address", Enumerable.Range(0, 200).Select(i => $"fa:16:3e:00:00:{i:x2}")),
        chunk => Assert.True(chunk.Length * "mac_address=fa%3A16%3A3e%3A00%3A00%3A00&".Length <= Paging.MaxCharacters));
}
