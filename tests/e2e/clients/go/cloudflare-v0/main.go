// A user's program with cloudflare-go v0, which has no versions, and which sends a script without bindings as it is.
package main

import (
	"context"
	"os"

	"github.com/cloudflare/cloudflare-go"
	"github.com/cloudflare/cloudflare-go/v6/clients/session"
)

const worker = "w"

func main() {
	ctx := context.Background()
	account := cloudflare.AccountIdentifier(os.Getenv("CLOUDFLARE_ACCOUNT_ID"))
	api, err := cloudflare.NewWithAPIToken(
		os.Getenv("CLOUDFLARE_API_TOKEN"),
		cloudflare.BaseURL(os.Getenv("CLOUDFLARE_BASE_URL")),
		cloudflare.UsingRetryPolicy(0, 0, 0),
	)
	if err != nil {
		panic(err)
	}

	session.Run(map[string]session.Step{
		"create namespace": func(a session.Arguments) (any, error) {
			answer, err := api.CreateWorkersKVNamespace(ctx, account, cloudflare.CreateWorkersKVNamespaceParams{Title: a.Title})
			return answer.Result, err
		},
		"upload script": func(a session.Arguments) (any, error) {
			answer, err := api.UploadWorker(ctx, account, cloudflare.CreateWorkerParams{ScriptName: worker, Script: a.Source})
			return answer.WorkerScript, err
		},
		"upload module": func(a session.Arguments) (any, error) {
			bindings := map[string]cloudflare.WorkerBinding{
				"SECRET": cloudflare.WorkerInheritBinding{},
				"TEXT":   cloudflare.WorkerPlainTextBinding{Text: a.Text},
				"CACHE":  cloudflare.WorkerKvNamespaceBinding{NamespaceID: a.Namespace},
			}
			if a.Secret != "" {
				bindings["SECRET"] = cloudflare.WorkerSecretTextBinding{Text: a.Secret}
			}
			answer, err := api.UploadWorker(ctx, account, cloudflare.CreateWorkerParams{
				ScriptName:        worker,
				Script:            a.Source,
				Module:            true,
				CompatibilityDate: "2026-01-01",
				Bindings:          bindings,
			})
			return answer.WorkerScript, err
		},
		"put secret": func(a session.Arguments) (any, error) {
			secret := cloudflare.WorkersPutSecretRequest{Name: a.Name, Text: a.Text, Type: cloudflare.WorkerSecretTextBindingType}
			answer, err := api.SetWorkersSecret(ctx, account, cloudflare.SetWorkersSecretParams{ScriptName: worker, Secret: &secret})
			return answer.Result, err
		},
		"delete secret": func(a session.Arguments) (any, error) {
			return api.DeleteWorkersSecret(ctx, account, cloudflare.DeleteWorkersSecretParams{ScriptName: worker, SecretName: a.Name})
		},
		"list secrets": func(session.Arguments) (any, error) {
			answer, err := api.ListWorkersSecrets(ctx, account, cloudflare.ListWorkersSecretsParams{ScriptName: worker})
			return answer.Result, err
		},
		"list scripts": func(session.Arguments) (any, error) {
			answer, _, err := api.ListWorkers(ctx, account, cloudflare.ListWorkersParams{})
			return answer.WorkerList, err
		},
		"delete": func(session.Arguments) (any, error) {
			return nil, api.DeleteWorker(ctx, account, cloudflare.DeleteWorkerParams{ScriptName: worker})
		},
	})
}
