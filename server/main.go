// Command shoal is a self-hosted, federated video platform: one program, one database.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"shoal/server/config"
)

// commands are what can be typed behind shoal.
type commands struct {
	Config string `help:"File with settings; see shoal config sample." short:"c" type:"path"`

	Serve         serveCommand  `cmd:"" default:"1" help:"Run the platform (the default)."`
	SetupLink     setupCommand  `cmd:"" help:"Print a one-time link that makes the first administrator."`
	ResetPassword resetCommand  `cmd:"" help:"Give an account a new password, read from the input."`
	ConfigTools   configCommand `cmd:"" name:"config" help:"Settings: print a sample, or check those in force."`
	Version       versionTool   `cmd:"" help:"Print the version."`
}

func main() {
	var c commands
	k := kong.Parse(&c, kong.Name("shoal"), kong.Description("A self-hosted, federated video platform."), kong.UsageOnError())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(&c); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "shoal:", err)
		os.Exit(1)
	}
}

type serveCommand struct{}

const started = 2 * time.Second // after which nothing of the start is left to do

func (serveCommand) Run(ctx context.Context, c *commands) error {
	cfg, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return fmt.Errorf("the settings are not right:\n%w", err)
	}
	s, err := New(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return err
	}
	defer time.AfterFunc(started, func() {
		if let, err := slim(); err != nil {
			s.log.Debug("memory of the start was not given back", "bytes", let, "err", err)
		}
	}).Stop()
	return s.Run(ctx)
}

func logger(level string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // checked by config
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: l}))
}
