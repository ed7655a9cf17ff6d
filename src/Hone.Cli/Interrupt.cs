using System.Runtime.InteropServices;

namespace Hone.Cli;

/// <summary>Turns the first Ctrl-C or termination signal into a cancelled token, and leaves the second one to the system, which ends the process.</summary>
sealed class Interrupt : IDisposable
{
    readonly CancellationTokenSource _source = new();
    readonly TextWriter _error;
    readonly Func<string?>? _afterwards;
    readonly string _stopping = Text.Of("Stopping. Press Ctrl-C again to quit at once.", "正在停止。再按一次 Ctrl-C 立即退出。"); // Signals come on threads of no language.
    readonly PosixSignalRegistration[] _registrations;

    /// <param name="afterwards">What to do after the second Ctrl-C, which leaves nobody who could say it.</param>
    public Interrupt(TextWriter error, Func<string?>? afterwards = null)
    {
        (_error, _afterwards) = (error, afterwards);
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    void Stop(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
            return;

        context.Cancel = true;
        try
        {
            _error.WriteLine(_afterwards?.Invoke() is { } after ? $"{_stopping} {after}" : _stopping);
            _error.Flush();
        }
        catch (IOException)
        {
            // Nobody reads it, and the work stops all the same.
        }
        _source.Cancel();
    }
}
