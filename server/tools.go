package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"shoal/server/account"
	"shoal/server/config"
	"shoal/server/db"
	"shoal/server/instance"
)

// withDatabase runs do on the platform's database, whether the server runs or not.
func withDatabase(ctx context.Context, file string, do func(config.Config, *db.DB) error) error {
	cfg, err := config.Load(file, os.Environ())
	if err != nil {
		return fmt.Errorf("the settings are not right:\n%w", err)
	}
	o := db.Options{URL: cfg.DatabaseURL, Folder: cfg.Data, Binaries: cfg.Database.Binaries, Log: logger("error")}
	open := db.Open
	lock, err := lockData(cfg.Data)
	switch {
	case errors.Is(err, errInUse):
		open = db.Attach
	case err != nil:
		return err
	default:
		defer lock.Close()
	}
	d, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer d.Close()
	return do(cfg, d)
}

type setupCommand struct{}

func (setupCommand) Run(ctx context.Context, c *commands) error {
	return withDatabase(ctx, c.Config, func(cfg config.Config, d *db.DB) error {
		token, err := instance.OpenSetup(ctx, d.Pool)
		if err == nil {
			fmt.Println(setupLink(cfg.URL, token))
		}
		return err
	})
}

func setupLink(url, token string) string { return url + "/setup?token=" + token }

type resetCommand struct {
	Name string `arg:"" help:"User name of the account."`
}

func (r resetCommand) Run(ctx context.Context, c *commands) error {
	fmt.Fprintf(os.Stderr, "New password for %s: ", r.Name)
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return fmt.Errorf("reading the password: %w", err)
	}
	return withDatabase(ctx, c.Config, func(_ config.Config, d *db.DB) error {
		if err := account.ResetPassword(ctx, d.Pool, r.Name, strings.TrimRight(line, "\r\n")); err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, "The password is changed; all of the account's sessions are ended.")
		return nil
	})
}

type configCommand struct {
	Sample sampleTool `cmd:"" help:"Print a file with every setting explained."`
	Check  checkTool  `cmd:"" help:"Say what is wrong with the settings in force."`
}

type sampleTool struct{}

func (sampleTool) Run() error {
	fmt.Print(config.Sample())
	return nil
}

type checkTool struct{}

func (checkTool) Run(c *commands) error {
	if _, err := config.Load(c.Config, os.Environ()); err != nil {
		return err
	}
	fmt.Println("The settings are right.")
	return nil
}
