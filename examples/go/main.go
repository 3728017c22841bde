// A Worker and its secret.
package main

import (
	"os"

	cloudflare "example.com/pulumi-cloudflare-worker-secrets/sdk/go/cloudflareworkersecrets"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		conf := config.New(ctx, "")
		content, err := os.ReadFile("script.js")
		if err != nil {
			return err
		}

		script, err := cloudflare.NewWorkerScript(ctx, "myScript", &cloudflare.WorkerScriptArgs{
			AccountId: pulumi.String(conf.Require("accountId")),
			Name:      pulumi.String(ctx.Project() + "-" + ctx.Stack()),
			Content:   pulumi.String(content),
			SecretTextBindings: cloudflare.SecretTextBindingArray{
				&cloudflare.SecretTextBindingArgs{
					Name: pulumi.String("MY_SECRET_NAME_KEY"),
					Text: conf.RequireSecret("secrets-demo"),
				},
			},
		})
		if err != nil {
			return err
		}

		ctx.Export("scriptName", script.Name)
		ctx.Export("secretNames", script.SecretNames)
		return nil
	})
}
