import './styles/tokens.css'
import './styles/base.css'
import './styles/table.css'
import './styles/form.css'
import { mount } from 'svelte'
import App from './shell/App.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the app')
mount(App, { target })
