using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Hone.Data.Endpoints;
using Hone.Engine;

namespace Hone.Server.VectorStores.Indexes.Databases.Redis;

/// <summary>Commands and answers of Redis' protocol (RESP 2) over one connection, many commands at a time. A connection that broke is made anew once: every command of ours may be repeated.</summary>
sealed class RespConnection(DatabaseAddress address, string? user, string? password, int database) : IAsyncDisposable
{
    const int ShownCharacters = 300;
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    readonly SemaphoreSlim _turn = new(1, 1);
    TcpClient? _client;
    Stream? _stream;
    RespReader? _reader;

    /// <summary>The answers to commands, in their order. Words of commands are strings or bytes.</summary>
    /// <exception cref="HoneException">Redis cannot be reached, or does not let us in.</exception>
    public async Task<IReadOnlyList<RespValue>> SendAsync(IReadOnlyList<object[]> commands, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            for (bool isSecondTry = false; ; isSecondTry = true)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                limit.CancelAfter(Timeout);
                try
                {
                    if (_stream is null)
                        await ConnectAsync(limit.Token);
                    return await ExchangeAsync(commands, limit.Token);
                }
                catch (Exception error) when (error is IOException or SocketException or System.Security.Authentication.AuthenticationException)
                {
                    Close();
                    if (isSecondTry || error is System.Security.Authentication.AuthenticationException)
                        throw Unreachable((error.InnerException ?? error).Message, error);
                }
                catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
                {
                    Close();
                    throw Unreachable(Text.Of($"no answer within {Timeout.TotalSeconds:0} seconds", $"{Timeout.TotalSeconds:0} 秒内没有回答"), error);
                }
                catch
                {
                    // Answers that were not read would be taken for those of the next commands.
                    Close();
                    throw;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The answer to one command, which must not be an error.</summary>
    public async Task<RespValue> SendAsync(CancellationToken cancel, params object[] command) => Good((await SendAsync([command], cancel))[0], command);

    /// <summary>The answers to commands, of which none may be an error.</summary>
    /// <exception cref="HoneException">Redis refused one of them.</exception>
    public async Task<IReadOnlyList<RespValue>> GoodAsync(IReadOnlyList<object[]> commands, CancellationToken cancel)
    {
        IReadOnlyList<RespValue> answers = await SendAsync(commands, cancel);
        for (int i = 0; i < answers.Count; i++)
            Good(answers[i], commands[i]);
        return answers;
    }

    /// <summary>An answer that is no error.</summary>
    /// <exception cref="HoneException">Redis refused the command.</exception>
    RespValue Good(RespValue answer, object[] command)
    {
        // The answers to what stands between MULTI and EXEC come as a list, in which each may be an error of its own.
        if ((answer.Error ?? answer.Items.FirstOrDefault(item => item.Error is not null)?.Error) is not { } said)
            return answer;
        if (said.StartsWith("ERR unknown command", StringComparison.Ordinal))
            throw new HoneException(Text.Of($"Redis at {address} does not know {command[0]}. The kind redis needs Redis 8, the kind redisearch needs RediSearch there.", $"{address} 的 Redis 没有命令 {command[0]}。redis 需要 Redis 8，redisearch 需要该处装有 RediSearch。"));
        string message = DatabaseKey.Hide(OneLine.Of(said, ShownCharacters), password).TrimEnd('.');
        throw said.StartsWith("NOAUTH", StringComparison.Ordinal) || said.StartsWith("WRONGPASS", StringComparison.Ordinal) || said.StartsWith("NOPERM", StringComparison.Ordinal)
            ? new HoneException(Text.Of($"Redis at {address} does not let you in: {message}. Put the password into the variable {RedisPlace.KeyVariable}, and the user into the address.", $"{address} 的 Redis 拒绝访问：{message}。请将密码放入环境变量 {RedisPlace.KeyVariable}，并在地址中写明用户。"))
            : new HoneException(Text.Of($"Redis at {address} refused {command[0]}: {message}.", $"{address} 的 Redis 拒绝了 {command[0]}：{message}。"));
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task ConnectAsync(CancellationToken cancel)
    {
        _client = new TcpClient { NoDelay = true };
        await _client.ConnectAsync(address.Host, address.Port, cancel);
        _stream = _client.GetStream();
        if (address.IsSecure)
        {
            SslStream secure = new(_stream);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancel);
            _stream = secure;
        }

        _reader = new RespReader(_stream);
        List<object[]> hello = [];
        if (password is not null)
            hello.Add(user is null ? ["AUTH", password] : ["AUTH", user, password]);
        if (database != 0)
            hello.Add(["SELECT", database.ToString(CultureInfo.InvariantCulture)]);
        if (hello.Count == 0)
            return;
        IReadOnlyList<RespValue> answers = await ExchangeAsync(hello, cancel);
        for (int i = 0; i < answers.Count; i++)
            Good(answers[i], hello[i]);
    }

    /// <summary>Writes and reads at the same time: many answers fill the buffers between two programs, and then each would wait for the other.</summary>
    async Task<IReadOnlyList<RespValue>> ExchangeAsync(IReadOnlyList<object[]> commands, CancellationToken cancel)
    {
        Task writing = WriteAsync(_stream!, commands, cancel);
        List<RespValue> answers = new(commands.Count);
        try
        {
            while (answers.Count < commands.Count)
                answers.Add(await _reader!.ReadAsync(cancel));
        }
        catch
        {
            Close();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await writing;
        return answers;
    }

    static async Task WriteAsync(Stream stream, IReadOnlyList<object[]> commands, CancellationToken cancel)
    {
        const int full = 1 << 16;
        ArrayBufferWriter<byte> buffer = new(full);
        foreach (object[] command in commands)
        {
            buffer.Write(Encoding.ASCII.GetBytes($"*{command.Length}\r\n"));
            foreach (object word in command)
            {
                byte[] bytes = word as byte[] ?? Encoding.UTF8.GetBytes((string)word);
                buffer.Write(Encoding.ASCII.GetBytes($"${bytes.Length}\r\n"));
                buffer.Write(bytes);
                buffer.Write("\r\n"u8);
            }

            if (buffer.WrittenCount < full)
                continue;
            await stream.WriteAsync(buffer.WrittenMemory, cancel);
            buffer.ResetWrittenCount();
        }

        await stream.WriteAsync(buffer.WrittenMemory, cancel);
    }

    void Close()
    {
        _stream?.Dispose();
        _client?.Dispose();
        (_stream, _client, _reader) = (null, null, null);
    }

    HoneException Unreachable(string reason, Exception cause)
    {
        string said = OneLine.Of(reason, ShownCharacters).TrimEnd('.');
        return new HoneException(Text.Of($"Redis at {address} cannot be reached: {said}. Is it running, and is the address right?", $"无法连接 {address} 的 Redis：{said}。它是否在运行，地址是否正确？"), cause);
    }
}
